from django.urls import path

from hansa.core.web import views

urlpatterns = [path("accent/<str:color>.css", views.accent, name="accent")]
